import type { CliContext } from "./context.ts";

/** How often the line changes. */
const EVERY_MS = 100;
const BAR_WIDTH = 24;
/** Back to the beginning of the line, and clears it. */
export const CLEAR_LINE = "\r\u001b[K";

/** One line on standard error that changes as work goes on; none where nobody watches. */
export interface Progress {
  /** @param share from 0 to 1, if it is known how much there is to do */
  show(text: string, share?: number): void;
  /** Takes the line away, for others to print. */
  clear(): void;
}

/** Makes a line of progress; nothing shows before there is something to say. */
export function createProgress({ output, now }: Pick<CliContext, "output" | "now">): Progress {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show: (text, share) => {
      if (!output.isWatched || now() - shownAtMs < EVERY_MS) return;
      shownAtMs = now();
      isShown = true;
      output.printPrompt(`${CLEAR_LINE}${share === undefined ? "" : `${bar(share)} `}${text}`);
    },
    clear: () => {
      if (isShown) output.printPrompt(CLEAR_LINE);
      isShown = false;
      shownAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** `[#######.................]  30 %`. */
function bar(share: number): string {
  const part = Math.min(Math.max(share, 0), 1);
  const full = Math.round(part * BAR_WIDTH);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `[${"#".repeat(full).padEnd(BAR_WIDTH, ".")}] ${percent} %`;
}
