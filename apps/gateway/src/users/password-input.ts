import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** The first line of standard input. */
export async function readStandardInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  throw new Error('standard input holds no password');
}

/** Asks on the terminal, twice and without showing what is typed. */
export async function promptHidden(): Promise<string> {
  if (!process.stdin.isTTY) throw new Error('no terminal to ask on: use --password-stdin or --generate');
  const password = await askHidden('Password (12 to 128 characters): ');
  if ((await askHidden('Once more: ')) !== password) throw new Error('the passwords differ');
  return password;
}

async function askHidden(question: string): Promise<string> {
  process.stdout.write(question);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stdout.write('\n');
  }
}
