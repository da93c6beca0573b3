/** Numbers as people read them: three significant digits, and units in words. */
import type { Language } from "../contents/header";

const MINUS = "\u2212";
export const FEW = 10;
/** Whole numbers below it may be years, which are not grouped. */
const YEARS_END = 2200;

interface Units {
  locale: string;
  million: string;
  billion: string;
  few: string;
  missing: string;
}
const UNITS: Record<"en" | "ru", Units> = {
  en: { locale: "en-GB", million: "million", billion: "billion", few: "fewer than 10", missing: "no data" },
  ru: { locale: "ru-RU", million: "млн", billion: "млрд", few: "менее 10", missing: "нет данных" },
};

export class Numbers {
  private readonly units: Units;

  constructor(language: Language) {
    this.units = UNITS[language === "en" ? "en" : "ru"];
  }

  /** "1.24 million", "12,300", "fewer than 10". */
  persons(value: number): string {
    if (Number.isNaN(value)) return this.units.missing;
    if (value !== 0 && Math.abs(value) < FEW) return this.units.few;
    const rounded = significant(value, 3);
    const [divisor, unit] = Math.abs(rounded) >= 1e9 ? [1e9, this.units.billion] : Math.abs(rounded) >= 1e6 ? [1e6, this.units.million] : [1, ""];
    const digits = divisor === 1 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded) / divisor)));
    return [this.plain(rounded / divisor, digits), unit].filter(Boolean).join("\u00a0");
  }

  /** With a plus sign where it is positive. */
  signed(value: number): string {
    return (value >= FEW ? "+" : "") + this.persons(value);
  }

  percent(value: number, signed = false): string {
    if (!Number.isFinite(value)) return this.units.missing;
    return `${signed && value > 0 ? "+" : ""}${this.plain(100 * value, Math.abs(value) < 0.1 ? 1 : 0)}\u00a0%`;
  }

  /** A mark of an axis: as short as it can be, without invented digits. */
  tick(value: number): string {
    const size = Math.abs(value);
    const [divisor, unit] = size >= 1e9 ? [1e9, this.units.billion] : size >= 1e6 ? [1e6, this.units.million] : [1, ""];
    return [this.trimmed(significant(value / divisor, 3), 2), unit].filter(Boolean).join("\u00a0");
  }

  /** The same of a share, in per cent. */
  percentTick(value: number): string {
    return `${this.trimmed(significant(100 * value, 3), 4)}\u00a0%`;
  }

  /** A number of a table: years and small counts whole, all others with three significant digits. */
  cell(value: number): string {
    if (!Number.isFinite(value)) return this.units.missing;
    if (Number.isInteger(value) && value >= 0 && value < YEARS_END) return String(value);
    return this.trimmed(significant(value, 3), 4);
  }

  /** Without zeros at the end. */
  private trimmed(value: number, digits: number): string {
    return new Intl.NumberFormat(this.units.locale, { maximumFractionDigits: digits }).format(value + 0).replace("-", MINUS);
  }

  plain(value: number, digits = 0): string {
    return formatter(this.units.locale, digits).format(value + 0).replace("-", MINUS);
  }
}

export function significant(value: number, digits: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}

const formatters = new Map<string, Intl.NumberFormat>();

/** Formatters are kept: to make one takes longer than to use it a hundred times. */
function formatter(locale: string, digits: number): Intl.NumberFormat {
  const key = `${locale} ${digits}`;
  const made = formatters.get(key) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  formatters.set(key, made);
  return made;
}
