/**
 * SQL for the fence of a delivery that nobody has claimed yet: each epoch of its reminder has its own, counted from there. One
 * that a change has withdrawn and another has made anew has the same id, and whoever held it before must not take it for
 * his own. It fits 32 bits; after 32,768 changes it begins anew.
 */
export function firstFence(epoch: string): string {
  return `((${epoch} & 32767) << 16)`;
}
