"""What one file says, never what it means: pure functions of the file."""
