const tsTransform = [
  '@swc/jest',
  {
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];
const jsTransform = [
  '@swc/jest',
  { module: { type: 'commonjs' }, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } },
];
// ESM-only packages that are reached at run time: jest runs CommonJS.
const esm = ['@nestjs/', 'file-type/', 'content-disposition/', 'cookie/'];
const common = {
  testEnvironment: 'node',
  rootDir: __dirname,
  clearMocks: true,
  transform: { '^.+\\.ts$': tsTransform, '^.+\\.m?js$': jsTransform },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esm.join('|')}))`],
  moduleNameMapper: { '^@app/([a-z]+)$': '<rootDir>/libs/$1/src/index.ts' },
};
module.exports = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,database}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.db\\.spec\\.ts$'],
    },
    { ...common, displayName: 'db', testMatch: ['<rootDir>/{apps,libs,database,test}/**/*.db.spec.ts'] },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/test/alone/', '\\.db\\.spec\\.ts$'],
    },
    { ...common, displayName: 'alone', testMatch: ['<rootDir>/test/alone/**/*.spec.ts'] },
    { ...common, displayName: 'drill', testMatch: ['<rootDir>/test/drills/**/*.drill.ts'] },
  ],
};
