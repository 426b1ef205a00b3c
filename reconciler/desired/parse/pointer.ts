/** JSON pointers (RFC 6901). */

/** `/a~1b/0` for the steps `a/b` and 0. */
export function pointerOf(steps: readonly (string | number)[]): string {
  let pointer = '';
  for (const step of steps) pointer += `/${escapedStep(String(step))}`;
  return pointer;
}

/** One step as it stands in a pointer. */
export function escapedStep(step: string): string {
  return step.includes('~') || step.includes('/') ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step;
}

export function stepsOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
