"""Text, set: which font draws each letter, where lines end, how large the whole may be.

| file | what is in it |
|---|---|
| `runs` | a line as stretches of one font each, and the letter that no font has |
| `line_breaks` | where a line may end |
| `lines` | a text measured, and broken into lines |
| `block` | the largest lines that fit a picture |
"""
