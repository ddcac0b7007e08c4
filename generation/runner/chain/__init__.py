"""A long video as a chain of segments: sampled and decoded in turn, delivered and encoded meanwhile, each
committed to disk with what the next one begins from (docs/decisions/0007).

| file | what it knows |
|---|---|
| `timeline` | which delivered frames a segment completes, and where its encoded part ends |
| `segments` | sampling and decoding, on the caller's thread; skips what is committed |
| `color_match` | how a segment's colours differ from its predecessor's, and the correction |
| `frame_queue` | the native frames between the two threads |
| `encoder_thread` | delivery and encoding, on a thread of their own |
| `store` | the commits on disk |
"""
