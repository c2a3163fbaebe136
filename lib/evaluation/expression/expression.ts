import { Complex } from "complex.js";

/** A formula that can be evaluated. */
export interface Expression {
  /** Its variables, such as `x` or `a_{1}`. */
  readonly names: ReadonlySet<string>;
  /** Its value, with a value for each variable; not a number where a part of it has none that is finite. */
  at(point: ReadonlyMap<string, Complex>): Complex;
}

/** A part of an expression. */
export type Formula = Expression["at"];

class NoValue extends Error {}

/** The formula, ended where it is not finite: the library would go on, and take 1 over it for 0. */
export function finite(formula: Formula): Formula {
  return (p) => {
    const value = formula(p);
    if (Number.isFinite(value.re) && Number.isFinite(value.im)) return value;
    throw new NoValue();
  };
}

/** The value of a formula, not a number where one of its `finite` parts is not. */
export function valueOf(formula: Formula, point: ReadonlyMap<string, Complex>): Complex {
  try {
    return formula(point);
  } catch (error) {
    if (error instanceof NoValue) return Complex.NAN;
    throw error;
  }
}
