"""The path of a virtual camera: constant, linear and parabolic pieces, as a camera operator would move.

The L1-optimal path of Grundmann, Kwatra and Essa, "Auto-Directed Video Stabilization with Robust L1 Optimal
Camera Paths" (CVPR 2011), along one axis: a linear program over the absolute first, second and third
differences, with the crop bounds as hard constraints and the subject in view as a soft one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

SMOOTHNESS = (0.5, 5.0, 20.0)  # weights of speed, acceleration and jerk, in crop extents per step
MAX_MISSED = 0.04  # of the crop's extent: more of the subject out of view, and the camera must move more
STILL = 0.02  # of the crop's extent: a path that varies less is not seen as movement


@dataclass(frozen=True, slots=True)
class SubjectRange:
    """What should be in view at each of n equal time steps: `low` to `high`, 0…1 of the axis, with `weight`
    (0: nothing known). All of shape (n,)."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CameraMove:
    """How the camera moves through one scene: `path`, (n,), is where the crop begins, 0…1−extent."""

    name: str
    path: NDArray[np.float64]
    missed: float  # of the crop's extent: how far the subject is out of view, on average


def plan_move(subject: SubjectRange, extent: float) -> CameraMove:
    """The simplest move that keeps `subject` in view: a steady camera, an even pan, or a tracking shot.

    `extent`, 0…1: how much of the axis the crop covers."""
    steps = len(subject.low)
    time = np.linspace(0, 1, steps)
    steady, pan = np.ones((steps, 1)), np.stack([1 - time, time], axis=1)
    for name, basis in (("steady", steady), ("pan", pan)):
        move = _move(name, basis, subject, extent)
        if move.missed <= MAX_MISSED:
            return move
    move = _move("track", np.eye(steps), subject, extent)
    return move if np.ptp(move.path) > STILL * extent else replace(move, name="steady")


def _move(name: str, basis: NDArray[np.float64], subject: SubjectRange, extent: float) -> CameraMove:
    path = np.clip(basis @ _solve(basis, subject, extent), 0, 1 - extent)
    out = np.maximum(0, np.maximum(path - subject.low, subject.high - path - extent))
    missed = float((out * subject.weight).sum() / max(float(subject.weight.sum()), 1e-9) / extent)
    return CameraMove(name, path, missed)


def _solve(basis: NDArray[np.float64], subject: SubjectRange, extent: float) -> NDArray[np.float64]:
    """The best path's coefficients in `basis`, (n, k), whose rows are weighted means: a path lies within the
    bounds if they do. Besides them the program has one slack per step and per difference."""
    steps, free = basis.shape
    place = sparse.csr_matrix(basis)
    changes = [(_differences(order, steps) @ place, weight) for order, weight in _orders(steps)]
    limits = [(place, subject.low, 0), (-place, extent - subject.high, 0)]
    for slack, (change, _) in enumerate(changes, 1):
        limits += [(change, np.zeros(change.shape[0]), slack), (-change, np.zeros(change.shape[0]), slack)]
    slacks = [subject.weight, *(np.full(change.shape[0], weight) for change, weight in changes)]
    found = linprog(
        np.concatenate([np.zeros(free), *slacks]),
        A_ub=sparse.bmat([[rows, *_slack_columns(slack, slacks)] for rows, _, slack in limits], format="csr"),
        b_ub=np.concatenate([most for _, most, _ in limits]),
        bounds=[(0, 1 - extent)] * free + [(0, None)] * sum(map(len, slacks)),
        method="highs",
    )
    return np.asarray(found.x[:free])


def _orders(steps: int) -> list[tuple[int, float]]:
    return [(order, weight) for order, weight in enumerate(SMOOTHNESS, 1) if steps > order]


def _differences(order: int, steps: int) -> sparse.csr_matrix:
    """(steps − order, steps): the matrix that takes a path to its `order`-th differences."""
    pascal = np.diff(np.eye(2 * order + 1)[order], n=order)[: order + 1]
    return sparse.diags(pascal, range(order + 1), shape=(steps - order, steps), format="csr")


def _slack_columns(which: int, slacks: Sequence[NDArray[np.float64]]) -> list[sparse.csr_matrix]:
    """The slack columns of the rows of kind `which`: zero but for its own slack."""
    rows = len(slacks[which])
    columns = [sparse.csr_matrix((rows, len(slack))) for slack in slacks]
    columns[which] = -sparse.identity(rows, format="csr")
    return columns
