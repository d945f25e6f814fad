// Read by Node versions far too old for the rest: no imports and no recent syntax here.

/** Node versions from which CommonJS can load ES modules without a flag. */
const FIRST_MINOR = { 20: 19, 22: 12 };

function isNodeUsable(version) {
  const parts = version.split('.').map(Number);
  if (parts[0] >= 23) return true;
  const minor = FIRST_MINOR[parts[0]];
  return minor !== undefined && parts[1] >= minor;
}

/**
 * Runs a command unless this Node.js is too old for it.
 * @param {() => Promise<{ main: () => Promise<void> }>} load imports the command's module
 */
export function enter(load) {
  if (!isNodeUsable(process.versions.node)) {
    console.error(
      'Node.js ' + process.versions.node + ' is too old: install 20.19 or newer (or 22.12 or newer) from nodejs.org.',
    );
    process.exit(1);
  }
  // A reader that goes away (`npm start | head`, a killed npm) must not end us before the clean-up.
  process.stdout.on('error', function ignore() {});
  process.stderr.on('error', function ignore() {});
  load()
    .then(function run(module) {
      return module.main();
    })
    .catch(function fail(error) {
      console.error(error && error.constructor && error.constructor.name === 'Refusal' ? error.message : error);
      process.exit(1);
    });
}
