/** What is predicted for a count: its mean, and the size of the negative binomial distribution around it. */
export type Prediction = {
  readonly mean: number;
  /** Smaller is wider; the variance is `mean + mean² / size`. */
  readonly size: number;
};

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const MOST_STEPS = 500;
const TINY = 1e-300;

/** The natural logarithm of the gamma function, for what is larger than 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const shifted = x - 1;
  const sum = LANCZOS.reduce(
    (total, term, index) => total + term / (shifted + index + 1),
    0.9999999999998099,
  );
  const base = shifted + LANCZOS.length - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/**
 * How likely a count of at least `count` is, if `prediction` holds: between 0 and 1, and never NaN. What cannot be
 * calculated (a mean that is no number, a count below 1) is no evidence: 1.
 */
export function atLeast(count: number, { mean, size }: Prediction): number {
  if (!(count > 0) || !(mean >= 0) || !(size > 0)) return 1;
  if (count === Number.POSITIVE_INFINITY) return Number.isFinite(mean) ? 0 : 1;
  if (!Number.isFinite(mean)) return 1;
  if (mean === 0) return 0;
  const whole = Math.ceil(count);
  if (!Number.isFinite(size) || size > 1e9) return regularGamma(whole, mean);
  return regularBeta(whole, size, mean / (mean + size), size / (mean + size));
}

/** The regularised incomplete beta function, `I_x(a, b)`, with `y = 1 − x` given as it would lose its digits. */
function regularBeta(a: number, b: number, x: number, y: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y));
  // The fraction converges fast on one side of the mean only; the other side is its mirror.
  const value =
    x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, y)) / b;
  return bounded(value);
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return fraction;
}

/** The share of a Gamma distribution of shape `a` and scale 1 that lies below `x`; `P(a, x)`. */
function regularGamma(a: number, x: number): number {
  if (!(x > 0) || !(a > 0)) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return bounded(x < a + 1 ? front * gammaSeries(a, x) : 1 - front * gammaFraction(a, x));
}

function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100 * MOST_STEPS && term > sum * 1e-15; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / apart(b);
  let fraction = d;
  for (let n = 1; n < 100 * MOST_STEPS; n++) {
    const factor = -n * (n - a);
    b += 2;
    d = 1 / apart(factor * d + b);
    c = apart(b + factor / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return fraction;
}

/** The value below which a share of a Beta distribution lies. */
export function betaQuantile(share: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (regularBeta(a, b, middle, 1 - middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The least count that is less likely than `share`, if `prediction` holds, as the upper end of what is usual. */
export function upperCount(share: number, prediction: Prediction): number {
  let high = 1;
  while (atLeast(high, prediction) > share && high < 2 ** 40) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (atLeast(middle, prediction) > share) low = middle;
    else high = middle;
  }
  return high;
}

function apart(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function bounded(value: number): number {
  return Number.isNaN(value) ? 1 : Math.min(1, Math.max(0, value));
}
