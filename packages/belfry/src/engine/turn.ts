/** Lets the event loop turn once, so that long work does not hold up what is due. */
export function turn(): Promise<void> {
  return new Promise(setImmediate);
}
