"""The path of a virtual camera: constant, straight and parabolic pieces, as a camera operator would move.

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

SMOOTH = (0.5, 5.0, 20.0)  # weights of speed, acceleration and jerk, in reaches per step
KEPT_WELL = 0.04  # of a reach: how much of the subject may be out of view before the camera must move more

STANDS = 0.02  # of a reach: less than this nobody sees as movement


@dataclass(frozen=True, slots=True)
class Sought:
    """What shall be seen at each of n even steps: from `low` to `high`, 0…1 of the axis, as far as it has
    `weight`; all (n,)."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Move:
    """How the camera moves through one scene: `path`, (n,), is where the crop begins, 0…1−reach."""

    name: str
    path: NDArray[np.float64]
    missed: float  # of the reach: how far the subject is out of view, on average


def directed(sought: Sought, reach: float) -> Move:
    """The quietest move that keeps what is sought in view: a camera that stands, pans evenly, or tracks."""
    steps = len(sought.low)
    time = np.linspace(0, 1, steps)
    standing, panning = np.ones((steps, 1)), np.stack([1 - time, time], axis=1)
    for name, basis in (("steady", standing), ("pan", panning)):
        move = _move(name, basis, sought, reach)
        if move.missed <= KEPT_WELL:
            return move
    move = _move("track", np.eye(steps), sought, reach)
    return move if np.ptp(move.path) > STANDS * reach else replace(move, name="steady")


def _move(name: str, basis: NDArray[np.float64], sought: Sought, reach: float) -> Move:
    path = np.clip(basis @ _solved(basis, sought, reach), 0, 1 - reach)
    out = np.maximum(0, np.maximum(path - sought.low, sought.high - path - reach))
    missed = float((out * sought.weight).sum() / max(float(sought.weight.sum()), 1e-9) / reach)
    return Move(name, path, missed)


def _solved(basis: NDArray[np.float64], sought: Sought, reach: float) -> NDArray[np.float64]:
    """The best path's coefficients in `basis`, (n, k), whose rows are weighted means: a path lies within the
    bounds if they do. Besides them the program has one slack per step and per difference."""
    steps, free = basis.shape
    place = sparse.csr_matrix(basis)
    changes = [(_differences(order, steps) @ place, weight) for order, weight in _orders(steps)]
    limits = [(place, sought.low, 0), (-place, reach - sought.high, 0)]
    for slack, (change, _) in enumerate(changes, 1):
        limits += [(change, np.zeros(change.shape[0]), slack), (-change, np.zeros(change.shape[0]), slack)]
    slacks = [sought.weight, *(np.full(change.shape[0], weight) for change, weight in changes)]
    found = linprog(
        np.concatenate([np.zeros(free), *slacks]),
        A_ub=sparse.bmat([[rows, *_slackened(slack, slacks)] for rows, _, slack in limits], format="csr"),
        b_ub=np.concatenate([most for _, most, _ in limits]),
        bounds=[(0, 1 - reach)] * free + [(0, None)] * sum(map(len, slacks)),
        method="highs",
    )
    return np.asarray(found.x[:free])


def _orders(steps: int) -> list[tuple[int, float]]:
    return [(order, weight) for order, weight in enumerate(SMOOTH, 1) if steps > order]


def _differences(order: int, steps: int) -> sparse.csr_matrix:
    """(steps − order, steps): what takes a path to its `order`-th differences."""
    pascal = np.diff(np.eye(2 * order + 1)[order], n=order)[: order + 1]
    return sparse.diags(pascal, range(order + 1), shape=(steps - order, steps), format="csr")


def _slackened(which: int, slacks: Sequence[NDArray[np.float64]]) -> list[sparse.csr_matrix]:
    """The columns of every kind of slack in the rows of kind `which`: only its own are there."""
    rows = len(slacks[which])
    columns = [sparse.csr_matrix((rows, len(slack))) for slack in slacks]
    columns[which] = -sparse.identity(rows, format="csr")
    return columns
