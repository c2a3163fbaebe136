import { Complex } from "complex.js";

/** The functions of one argument, by their commands. */
export const functions: { readonly [command: string]: (x: Complex) => Complex } = {
  "\\sin": (x) => x.sin(),
  "\\cos": (x) => x.cos(),
  "\\tan": (x) => x.tan(),
  "\\cot": (x) => x.cot(),
  "\\sec": (x) => x.sec(),
  "\\csc": (x) => x.csc(),
  "\\arcsin": (x) => x.asin(),
  "\\arccos": (x) => x.acos(),
  "\\arctan": (x) => x.atan(),
  "\\ln": (x) => x.log(),
  "\\log": (x) => x.log().div(Math.LN10),
  "\\exp": (x) => x.exp(),
};

/** base^exponent; by products where the exponent is a small integer, which keeps integers exact. */
export function power(base: Complex, exponent: Complex): Complex {
  const n = exponent.re;
  if (exponent.im !== 0 || !Number.isInteger(n) || Math.abs(n) > 1000) return base.pow(exponent);
  let [result, square] = [Complex.ONE, base];
  for (let left = Math.abs(n); left > 0; left >>= 1, square = square.mul(square)) {
    if (left % 2 === 1) result = result.mul(square);
  }
  return n < 0 ? Complex.ONE.div(result) : result;
}

/** The root of that degree: the real one of a negative number for an odd degree, else the principal one. */
export function root(radicand: Complex, degree: Complex): Complex {
  const real = radicand.im === 0 && radicand.re < 0 && degree.im === 0 && Math.abs(degree.re % 2) === 1;
  const inverse = Complex.ONE.div(degree);
  return real ? radicand.neg().pow(inverse).neg() : radicand.pow(inverse);
}

/** n! for integers to 170, beyond which floats end; else not a number. */
export function factorial(n: Complex): Complex {
  if (n.im !== 0 || !Number.isInteger(n.re) || n.re < 0 || n.re > 170) return Complex.NAN;
  let product = 1;
  for (let factor = 2; factor <= n.re; factor++) product *= factor;
  return new Complex(product);
}
