/** What one sweep may do: the tables are never busy with it for long. */
const STEPS = 50;

/** Repeats a step that deletes at most `most` rows while it finds as many, a bounded number of times. How many rows in all. */
export async function inSteps(most: number, step: () => Promise<number>): Promise<number> {
  let all = 0;
  for (let n = 0; n < STEPS; n++) {
    const some = await step();
    all += some;
    if (some < most) break;
  }
  return all;
}
