import { Complex } from "complex.js";
import { type Expression, finite, type Formula, valueOf } from "./expression.ts";
import { factorial, functions, power, root } from "./functions.ts";
import { tokenize } from "./tokenize.ts";

const MOST_NESTED = 50;

/**
 * Reads a formula in LaTeX, or in plain text such as `sqrt(3)/2`: numbers (`1,234.5`, `2\frac{3}{4}`), variables, `i`, `e`, `\pi`,
 * sums, products (also without a sign), powers, `\frac`, `\sqrt[n]{}`, `|x|`, `n!`, `\binom`, degrees, logarithms and
 * trigonometric functions. Null for anything else, for more than 1000 tokens and for brackets more than 50 deep.
 * Reading and evaluating take time linear in the text.
 */
export function readExpression(latex: string): Expression | null {
  const tokens = tokenize(latex);
  if (tokens === null) return null;
  const reader = new Reader(tokens);
  try {
    const formula = reader.sum();
    return reader.next === undefined ? { names: reader.names, at: (p) => valueOf(formula, p) } : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Unreadable extends Error {}

const CONSTANTS: { readonly [token: string]: Complex } = {
  "\\pi": new Complex(Math.PI),
  e: new Complex(Math.E),
  i: Complex.I,
};

const GREEK =
  /^\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|theta|lambda|mu|nu|rho|sigma|tau|phi|varphi|psi|omega)$/;
const DIGITS = /^[.\d]/;
const FRACTION = /^\\[dtc]?frac$/;
const CLOSING: { readonly [open: string]: string } = { "(": ")", "[": "]", "{": "}" };

/** Recursive descent, one method for each level of binding. */
class Reader {
  readonly names = new Set<string>();
  #at = 0;
  #depth = 0;
  #bars = 0;

  constructor(readonly tokens: string[]) {}

  get next(): string | undefined {
    return this.tokens[this.#at];
  }

  sum(): Formula {
    if (++this.#depth > MOST_NESTED) throw new Unreadable();
    let sum = this.#signed(() => this.#product());
    while (this.next === "+" || this.next === "-") {
      const [left, sign] = [sum, this.#take()];
      const right = this.#product();
      sum = sign === "+" ? (p) => left(p).add(right(p)) : (p) => left(p).sub(right(p));
    }
    this.#depth--;
    return sum;
  }

  #product(): Formula {
    let product = this.#power();
    while (true) {
      const left = product;
      if (this.#accept("*", "\\cdot", "\\times")) {
        const right = this.#signed(() => this.#power());
        product = (p) => left(p).mul(right(p));
      } else if (this.#accept("/", "\\div")) {
        const right = this.#signed(() => this.#power());
        product = (p) => left(p).div(right(p));
      } else if (this.#startsFactor()) {
        const right = this.#power();
        product = (p) => left(p).mul(right(p));
      } else return finite(product);
    }
  }

  #signed(read: () => Formula): Formula {
    let negative = false;
    while (this.next === "+" || this.next === "-") negative = (this.#take() === "-") !== negative;
    const formula = read();
    return negative ? (p) => formula(p).neg() : formula;
  }

  #power(): Formula {
    let value = this.#primary();
    while (true) {
      const before = finite(value);
      if (this.#accept("!")) value = (p) => factorial(before(p));
      else if (this.#accept("\\%", "%")) value = (p) => before(p).div(100);
      else if (!this.#accept("^")) return before;
      else if (this.#acceptDegrees()) value = (p) => before(p).mul(Math.PI / 180);
      else {
        const exponent = this.#argument();
        value = (p) => power(before(p), exponent(p));
      }
    }
  }

  #primary(): Formula {
    const token = this.#take();
    if (DIGITS.test(token)) return this.#number(Number(token.replaceAll(",", "")));
    if (Object.hasOwn(CONSTANTS, token) && this.next !== "_") return () => CONSTANTS[token]!;
    if (/^[a-zA-Z]$/.test(token) || GREEK.test(token)) return this.#variable(token);
    if (token in CLOSING) return this.#group(CLOSING[token]!);
    if (token === "|") return this.#absolute();
    if (FRACTION.test(token)) {
      const [above, below] = [this.#argument(), this.#argument()];
      return (p) => above(p).div(below(p));
    }
    if (token === "\\sqrt") return this.#root();
    if (token === "\\binom") {
      const [n, k] = [this.#argument(), this.#argument()];
      return (p) => factorial(n(p)).div(factorial(k(p)).mul(factorial(n(p).sub(k(p)))));
    }
    if (Object.hasOwn(functions, token)) return this.#call(token);
    throw new Unreadable();
  }

  /** A number, or a mixed one such as 2\frac{3}{4}. */
  #number(value: number): Formula {
    const rest = this.tokens.slice(this.#at, this.#at + 7).join("");
    if (!Number.isInteger(value) || !/^\\[dtc]?frac(?:\d\d|\{\d+\}\{\d+\})/.test(rest)) {
      return () => new Complex(value);
    }
    const fraction = this.#primary();
    return (p) => fraction(p).add(value);
  }

  #variable(letter: string): Formula {
    let name = letter;
    if (this.#accept("_")) {
      const start = this.#at;
      this.#argument();
      name += `_${this.tokens.slice(start, this.#at).filter((token) => !/[{}]/.test(token)).join("")}`;
    }
    this.names.add(name);
    return (p) => p.get(name)!;
  }

  #group(closing: string): Formula {
    const bars = this.#bars;
    this.#bars = 0;
    const inner = this.sum();
    this.#bars = bars;
    if (!this.#accept(closing)) throw new Unreadable();
    return inner;
  }

  #absolute(): Formula {
    this.#bars++;
    const inner = this.sum();
    this.#bars--;
    if (!this.#accept("|")) throw new Unreadable();
    return (p) => new Complex(inner(p).abs());
  }

  #root(): Formula {
    if (!this.#accept("[")) {
      const radicand = this.#argument();
      return (p) => radicand(p).sqrt();
    }
    const [degree, radicand] = [this.#group("]"), this.#argument()];
    return (p) => root(radicand(p), degree(p));
  }

  /** A function, such as \sin^2 x, \log_{2} 8 or \sin(2x); without brackets its argument is a product of simple factors. */
  #call(command: string): Formula {
    const base = command === "\\log" && this.#accept("_") ? this.#argument() : null;
    const exponent = this.#accept("^") ? this.#argument() : null;
    const argument = this.next === "(" || this.next === "{" ? this.#power() : this.#simpleProduct();
    const value: Formula = base
      ? (p) => argument(p).log().div(base(p).log())
      : (p) => functions[command]!(argument(p));
    return exponent ? (p) => power(value(p), exponent(p)) : value;
  }

  #simpleProduct(): Formula {
    let product = this.#signed(() => this.#power());
    while (this.#startsFactor() && !Object.hasOwn(functions, this.next!) && this.next !== "(") {
      const [left, right] = [product, this.#power()];
      product = (p) => left(p).mul(right(p));
    }
    return product;
  }

  /** What a command or a ^ takes: a group, or else one digit, letter or command. */
  #argument(): Formula {
    const token = this.next;
    if (token !== undefined && /^\d{2}/.test(token)) {
      this.tokens[this.#at] = token.slice(1);
      return () => new Complex(Number(token[0]));
    }
    return this.#signed(() => this.#primary());
  }

  #acceptDegrees(): boolean {
    if (this.#accept("\\circ")) return true;
    const degrees = this.tokens.slice(this.#at, this.#at + 3).join("") === "{\\circ}";
    if (degrees) this.#at += 3;
    return degrees;
  }

  #startsFactor(): boolean {
    const token = this.next;
    if (token === undefined) return false;
    if (token === "|") return this.#bars === 0;
    if (DIGITS.test(token) && DIGITS.test(this.tokens[this.#at - 1] ?? "")) return false; // 2 3 is no product
    return /^[.\da-zA-Z([{]/.test(token) || token in functions || token in CONSTANTS || GREEK.test(token) ||
      FRACTION.test(token) || token === "\\sqrt" || token === "\\binom";
  }

  #accept(...tokens: readonly string[]): boolean {
    const found = this.next !== undefined && tokens.includes(this.next);
    if (found) this.#at++;
    return found;
  }

  #take(): string {
    const token = this.next;
    if (token === undefined) throw new Unreadable();
    this.#at++;
    return token;
  }
}
