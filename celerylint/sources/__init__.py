"""What the files of a repository say, as text and syntax: the only place that knows a grammar."""
