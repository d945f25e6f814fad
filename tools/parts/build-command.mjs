import { build } from './builder.mjs';
import { installDependencies } from './dependencies.mjs';
import { Lifetime } from './lifetime.mjs';

export async function main() {
  const life = new Lifetime();
  life.watch();
  try {
    await installDependencies();
    await build();
    await life.end(0, 'dist/ is up to date.');
  } catch (error) {
    await life.fail(error);
  }
}
