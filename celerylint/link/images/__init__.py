"""From a container to the Dockerfile that builds its image, and to the files that stand there."""

from __future__ import annotations

from collections.abc import Iterable

from celerylint.facts.launch import Word
from celerylint.facts.manifests import ConfigMapFact, WorkloadFact
from celerylint.link.images.dockerfiles import Dockerfiles, Made, Recipe, is_dockerfile
from celerylint.link.images.files import AnyImage, ImageFiles
from celerylint.link.images.made import IMAGE, Images, with_image
from celerylint.link.images.named import read_names
from celerylint.origin import Unknown
from celerylint.sources.tree import Tree

__all__ = ["IMAGE", "Images", "Made", "is_dockerfile", "read_images", "with_image"]


def read_images(tree: Tree, workloads: Iterable[WorkloadFact], config_maps: Iterable[ConfigMapFact]) -> Images:
    """The images that the repository builds, and the texts that its ConfigMaps mount."""
    dockerfiles, workloads = Dockerfiles(tree), tuple(workloads)
    made = (dockerfiles.make(Recipe(path, None)) for path in dockerfiles.paths())
    files = tuple(ImageFiles(tree, each) for each in made if not isinstance(each, Unknown))
    return Images(tree, dockerfiles, read_names(tree, dockerfiles, workloads), AnyImage(files), _texts(config_maps))


def _texts(config_maps: Iterable[ConfigMapFact]) -> dict[str, dict[str, Word]]:
    """The texts of ConfigMaps by name and key; what two of the same name disagree about is left out."""
    found: dict[str, dict[str, Word]] = {}
    lost: set[tuple[str, str]] = set()
    for config_map in config_maps:
        own = found.setdefault(config_map.name, {})
        for key, value in config_map.data.items():
            word = Word(str(value.value), value.origin.span) if value.known and value.origin.span else None
            if word is None or (key in own and own[key].text != word.text):
                lost.add((config_map.name, key))
            else:
                own[key] = word
    return {name: {key: word for key, word in own.items() if (name, key) not in lost} for name, own in found.items()}
