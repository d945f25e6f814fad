/** A failure that the reader can mend: its message is printed alone, never with a stack. */
export class Refusal extends Error {}
