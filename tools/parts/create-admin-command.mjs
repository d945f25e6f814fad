import { chosenDatabase } from './chosen-database.mjs';
import { runProgram } from './program.mjs';

export async function main() {
  const { url } = await chosenDatabase();
  await runProgram('apps/gateway/src/create-admin.js', { DATABASE_URL: url });
}
