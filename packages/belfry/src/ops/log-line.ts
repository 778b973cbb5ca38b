import { styleText } from "node:util";

/** How lines for people look. */
export interface LogLineStyle {
  colours: boolean;
  /** True to show where in the source an error arose; what is fatal shows it always. */
  showStacks: boolean;
}

const LEVEL_COLOURS = {
  trace: "gray",
  debug: "gray",
  info: "green",
  warn: "yellow",
  error: "red",
  fatal: "red",
} as const;

/**
 * One line of JSON as one line for people: `14:03:22.120 info  delivered  id=dlv_… latenessMs=2`.
 * What is not JSON passes as it is.
 */
export function formatLogLine(line: string, style: LogLineStyle): string {
  const entry = readEntry(line);
  if (!entry) return line;
  const { level, time, msg, err, ...fields } = entry;
  const shown = [
    dim(String(time ?? "").slice(11, 23), style),
    levelText(String(level), style),
    String(msg ?? ""),
    errorText(err, String(msg ?? "")),
    ...Object.entries(fields).map(([name, value]) => `${dim(`${name}=`, style)}${fieldText(value)}`),
  ];
  const showsStack = style.showStacks || level === "fatal";
  return `${shown.filter((part) => part !== "").join(" ")}\n${showsStack ? stackText(err) : ""}`;
}

function readEntry(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function levelText(level: string, style: LogLineStyle): string {
  const padded = level.padEnd(5);
  const colour = Object.entries(LEVEL_COLOURS).find(([name]) => name === level)?.[1];
  return style.colours && colour ? styleText(colour, padded, { validateStream: false }) : padded;
}

/** An error's own words, unless the message is them already. */
function errorText(error: unknown, message: string): string {
  if (!isRecord(error)) return "";
  const text = String(error.message ?? "");
  return text === message ? "" : text;
}

function stackText(error: unknown): string {
  return isRecord(error) && typeof error.stack === "string" ? `${error.stack}\n` : "";
}

function fieldText(value: unknown): string {
  if (typeof value === "string" && /^[^\s"=]+$/.test(value)) return value;
  return JSON.stringify(value);
}

function dim(text: string, style: LogLineStyle): string {
  return style.colours && text !== "" ? styleText("dim", text, { validateStream: false }) : text;
}
