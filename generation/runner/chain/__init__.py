"""A long video as a chain of segments: sampled and decoded in turn, delivered and encoded meanwhile, each
committed to disk with what the next one begins from.

| file | what it knows |
|---|---|
| `timeline` | which delivered frames a segment completes, and where its encoded part ends |
| `segments` | sampling and decoding, on the caller's thread; goes on behind what is kept |
| `seam` | what a segment lost of its predecessor's colours, and how to give it back |
| `finishing` | delivery and encoding, on a thread of their own |
| `intake` | the native frames between the two threads |
| `store` | the commits on disk |
"""
