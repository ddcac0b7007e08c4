"""The model runner: a GenerationSpec goes in, events and a video file come out. A library: no web framework.

A web process may import `spec`, `model_spec`, `families.registry`, `plan`, `camera`, `capsule`, `errors`,
`events`, `prompt_parser`: they load no torch. Only a worker imports `run` and everything that it needs.

| room | what lives there |
|---|---|
| `families/` | a folder for each family of diffusers pipelines, and what they share |
| `chain/` | a long video as segments: sampled, decoded, encoded, committed |
| `frames/` | decoded frames: read, fitted, deflickered, blended, enlarged, brought to the delivered rate |
| `prompt_parser/` | prompts as people write them, rewritten for a model of a closed world |
| `runtime/` | devices, threads, optimizations, loaded models, kept state |
"""

import os

# It must be set before torch loads its OpenMP.
#: [PASSIVE or ACTIVE] Whether OpenMP threads sleep or spin while they wait. Leave it: spinning ones take
#: the cores of other processes (at a load of 15 a run took 40 times as long).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
