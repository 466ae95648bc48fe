"""Amounts: what Kubernetes and Compose read, exactly, and what they refuse."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.facts.manifests.quantity import (
    Amount,
    QuantityError,
    compose_bytes,
    compose_cpus,
    compose_duration,
    cpu,
    memory,
    quantity,
)
from celerylint.facts.manifests.reading import amount
from celerylint.sources.text import Text
from celerylint.sources.yaml import Mapping, Scalar, read


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1Ki", 1024),
        ("1.5Gi", 3 * 2**29),
        ("2Ei", 2**61),
        ("1k", 1000),
        ("1E", 10**18),
        ("1E3", 1000),
        ("1e3", 1000),
        ("12e-1", Fraction(6, 5)),
        ("1E+2", 100),
        ("5m", Fraction(1, 200)),
        ("7u", Fraction(7, 10**6)),
        ("7n", Fraction(7, 10**9)),
        ("+.5", Fraction(1, 2)),
        ("5.", 5),
        ("-2", -2),
        ("0.0000000001", Fraction(1, 10**9)),  # rounded up
        ("9Ei", 2**63 - 1),  # capped
        ("1e99999999", 2**63 - 1),
        ("0e99999999", 0),
        (1000.0, 1000),
        (16, 16),
        (0.1, Fraction(1, 10)),
    ],
)
def test_a_quantity_is_read_exactly(written: Amount, expected: Fraction) -> None:
    assert quantity(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Mi",
        "1K",
        "1KB",
        "1GiB",
        "1 Gi",
        "1,5Gi",
        "1e",
        "1e1.5",
        "0x10",
        "1_000",
        "--1",
        ".",
        "1Gi2",
        "one",
        "1" * 65,
        None,
        True,
        float("inf"),
        float("nan"),
    ],
)
def test_what_is_no_quantity_is_refused(written: Amount) -> None:
    with pytest.raises(QuantityError):
        quantity(written)


@pytest.mark.parametrize(("written", "meant"), [("1K", "k"), ("512MB", "M"), ("1gi", "Gi"), ("1KiB", "Ki")])
def test_a_wrong_suffix_names_the_right_one(written: str, meant: str) -> None:
    with pytest.raises(QuantityError, match=f"did you mean .*{meant}"):
        quantity(written)


def test_memory_is_bytes_rounded_up_and_cpu_is_cores() -> None:
    assert memory("400m") == 1
    assert memory("1Gi") == 2**30
    assert memory("1500m") == 2
    assert cpu("250m") == 0.25
    assert cpu(2) == 2.0
    for refused in (memory, cpu):
        with pytest.raises(QuantityError, match="negative"):
            refused("-1")


@pytest.mark.parametrize(
    ("written", "bytes_"),
    [("1e3", 1000), ("0x10", 16), ("1_000", 1000), ("0777", 511), ('"1e3"', 1000), ("1E", 10**18)],
)
def test_a_yaml_number_arrives_as_kubernetes_reads_it(written: str, bytes_: int) -> None:
    root = read(Text("x.yaml", f"memory: {written}\n"))[0][0].root
    assert isinstance(root, Mapping)
    node = root.get("memory")
    assert isinstance(node, Scalar)
    assert memory(amount(node)) == bytes_


@given(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none()))
def test_nothing_but_a_quantity_error_ever_comes_out(written: Amount) -> None:
    for convert in (quantity, memory, cpu, compose_bytes, compose_cpus, compose_duration):
        try:
            assert convert(written) is not None
        except QuantityError as error:
            assert str(error)


@given(st.integers(0, 2**40), st.sampled_from(["", "k", "M", "Ki", "Mi"]))
def test_whole_amounts_keep_their_value(number: int, suffix: str) -> None:
    factor = {"": 1, "k": 10**3, "M": 10**6, "Ki": 2**10, "Mi": 2**20}[suffix]
    assert memory(f"{number}{suffix}") == number * factor


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("512m", 512 * 2**20),
        ("1g", 2**30),
        ("1gb", 2**30),
        ("1GiB", 2**30),
        ("1.5G", 3 * 2**29),
        ("64 kb", 65536),
        ("300b", 300),
        ("300", 300),
        (1073741824, 2**30),
        ("1t", 2**40),
    ],
)
def test_compose_bytes_are_powers_of_1024(written: Amount, expected: int) -> None:
    assert compose_bytes(written) == expected


@pytest.mark.parametrize("written", ["1Gi", "1Mi", "-1", "1 000", "g", "", "1kk", "1bb", None, True])
def test_what_compose_refuses_as_bytes(written: Amount) -> None:
    with pytest.raises(QuantityError):
        compose_bytes(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("10s", 10), ("1m30s", 90), ("500ms", 0.5), ("1h5m30s20ms", 3930.02), ("1.5h", 5400), ("0", 0), ("2d", 172800)],
)
def test_compose_durations_are_seconds(written: str, expected: float) -> None:
    assert compose_duration(written) == pytest.approx(expected)


@pytest.mark.parametrize("written", ["10", 10, "s", "10 s", "1m 30s", "10sec", "-5s", "", None, False])
def test_what_compose_refuses_as_a_duration(written: Amount) -> None:
    with pytest.raises(QuantityError):
        compose_duration(written)


def test_compose_cpus_are_a_plain_number() -> None:
    assert compose_cpus("0.5") == 0.5
    assert compose_cpus(2) == 2.0
    for wrong in ("500m", "half", "-1", None):
        with pytest.raises(QuantityError):
            compose_cpus(wrong)
