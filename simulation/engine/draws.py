"""Keyed random numbers: the only source of chance in the model.

A draw belongs to a modelled event, not to a moment in the program. Philox4x32-10 (Salmon et al. 2011) is a function of
key = (seed, purpose) and counter = (id, other id, quarter, k); adding an agent, a lever or a mechanism therefore
shifts no other draw, and two policies played with one seed meet the same luck (common random numbers).
"""

from __future__ import annotations

import math

import numpy as np

from .jit import inlined_rule, kernel, open_rule, rule
from .table import Ints, Vector, Word

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLY_0 = np.uint64(0xD2511F53)
_MULTIPLY_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_QUARTER_BITS = np.uint64(16)
_DROP = np.uint64(12)

_PURPOSES: dict[str, int] = {}


def purpose(name: str) -> int:
    """A number for what a draw decides, made from its name so that new purposes move no old one (FNV-1a, 31 bits)."""
    code = 0x811C9DC5
    for byte in name.encode():
        code = ((code ^ byte) * 0x01000193) & 0xFFFFFFFF
    code >>= 1
    if _PURPOSES.setdefault(name, code) != code or list(_PURPOSES.values()).count(code) > 1:
        raise ValueError(f"two purposes share a key: {name}")
    return code


@rule
def _two_rounds(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word,
                k1: Word) -> tuple[Word, Word, Word, Word, Word, Word]:  # fmt: skip
    product_0, product_1 = _MULTIPLY_0 * c0, _MULTIPLY_1 * c2
    c0, c2 = (product_1 >> _SHIFT) ^ c1 ^ k0, (product_0 >> _SHIFT) ^ c3 ^ k1
    c1, c3 = product_1 & _MASK, product_0 & _MASK
    k0, k1 = (k0 + _WEYL_0) & _MASK, (k1 + _WEYL_1) & _MASK
    product_0, product_1 = _MULTIPLY_0 * c0, _MULTIPLY_1 * c2
    c0, c2 = (product_1 >> _SHIFT) ^ c1 ^ k0, (product_0 >> _SHIFT) ^ c3 ^ k1
    c1, c3 = product_1 & _MASK, product_0 & _MASK
    return c0, c1, c2, c3, (k0 + _WEYL_0) & _MASK, (k1 + _WEYL_1) & _MASK


@inlined_rule
def _ten_rounds(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> tuple[Word, Word, Word, Word]:
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    return c0, c1, c2, c3


@rule
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> tuple[Word, Word, Word, Word]:
    """Ten rounds of Philox4x32 on uint64 words below 2^32; returns four such words (known answers in the tests)."""
    return _ten_rounds(c0, c1, c2, c3, k0, k1)


@rule
def _between_0_and_1(w0: Word, w1: Word) -> float:
    return float(((w0 << _SHIFT) | w1) >> _DROP) * 2.220446049250313e-16 + 1.1102230246251565e-16


@open_rule
def uniform(seed: int, purpose: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
    """Uniform number in (0, 1) of the event (seed, purpose, who, other, quarter, k); never 0 or 1."""
    who64 = np.uint64(who)
    w0, w1, _, _ = philox(
        who64 & _MASK,
        who64 >> _SHIFT,
        (np.uint64(quarter) | (np.uint64(k) << _QUARTER_BITS)) & _MASK,
        np.uint64(other) & _MASK,
        np.uint64(seed) & _MASK,
        np.uint64(purpose) & _MASK,
    )
    return _between_0_and_1(w0, w1)


@rule
def fill_uniforms(seed: int, purpose: int, ids: Ints, lo: int, hi: int, quarter: int, out: Vector) -> None:
    """The draws `uniform` of ids lo to hi - 1, into out from 0 on, in a quarter of the time."""
    key_0, key_1, when = np.uint64(seed) & _MASK, np.uint64(purpose) & _MASK, np.uint64(quarter) & _MASK
    for k in range(hi - lo):
        who = np.uint64(ids[lo + k])
        w0, w1, _, _ = _ten_rounds(who & _MASK, who >> _SHIFT, when, np.uint64(0), key_0, key_1)
        out[k] = _between_0_and_1(w0, w1)


@rule
def fill_normals(seed: int, purpose: int, ids: Ints, lo: int, hi: int, quarter: int, chances: Vector,
                 out: Vector) -> None:  # fmt: skip
    """The draws `normal` of ids lo to hi - 1, into out from 0 on, in a third of the time; chances: room to work in."""
    fill_uniforms(seed, purpose, ids, lo, hi, quarter, chances)
    for k in range(hi - lo):
        out[k] = _middle_quantile(chances[k])
    for k in range(hi - lo):
        if not _is_in_the_middle(chances[k]):
            out[k] = normal_quantile(chances[k])


@rule
def _ratio(r: float, a0: float, a1: float, a2: float, a3: float, a4: float, a5: float, a6: float, a7: float, b1: float,
           b2: float, b3: float, b4: float, b5: float, b6: float, b7: float) -> float:  # fmt: skip
    top = ((((((a7 * r + a6) * r + a5) * r + a4) * r + a3) * r + a2) * r + a1) * r + a0
    return top / (((((((b7 * r + b6) * r + b5) * r + b4) * r + b3) * r + b2) * r + b1) * r + 1.0)


@rule
def _is_in_the_middle(u: float) -> bool:
    return abs(u - 0.5) <= 0.425


@rule
def _middle_quantile(u: float) -> float:
    q = u - 0.5
    return q * _ratio(
        0.180625 - q * q, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4,
        2.5090809287301226727e3, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    )  # fmt: skip


@rule
def normal_quantile(u: float) -> float:
    """Inverse of the standard normal distribution, accurate to about 1e-16 (Wichura 1988, algorithm AS 241)."""
    if _is_in_the_middle(u):
        return _middle_quantile(u)
    q = u - 0.5
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        x = _ratio(
            r - 1.6, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
            3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
            7.74545014278341407640e-4, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
            1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        )  # fmt: skip
    else:
        x = _ratio(
            r - 5.0, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
            2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
            2.01033439929228813265e-7, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
            7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
        )  # fmt: skip
    return -x if q < 0.0 else x


@open_rule
def normal(seed: int, purpose: int, who: int, quarter: int, other: int = 0, k: int = 0) -> float:
    """Standard normal number of the event (seed, purpose, who, other, quarter, k)."""
    return normal_quantile(uniform(seed, purpose, who, quarter, other, k))


@rule
def normal_cdf(x: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@open_rule
def poisson(mean: float, u: float) -> int:
    """Poisson number with the given mean at probability u: exact inversion up to 60, rounded normal above."""
    if mean <= 0.0:
        return 0
    if mean > 60.0:
        return max(0, int(math.floor(mean + math.sqrt(mean) * normal_quantile(u) + 0.5)))
    term = math.exp(-mean)
    below = term
    count = 0
    while below < u and count < 400:
        count += 1
        term *= mean / count
        below += term
    return count


@kernel
def uniforms(seed: int, purpose: int, ids: Ints, quarter: int) -> Vector:
    """One uniform number for each id."""
    out = np.empty(ids.shape[0])
    fill_uniforms(seed, purpose, ids, 0, ids.shape[0], quarter, out)
    return out


@kernel
def normals(seed: int, purpose: int, ids: Ints, quarter: int) -> Vector:
    """One standard normal number for each id."""
    out = np.empty(ids.shape[0])
    fill_normals(seed, purpose, ids, 0, ids.shape[0], quarter, np.empty(ids.shape[0]), out)
    return out
