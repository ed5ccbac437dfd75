import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const inputsMessage = 'inputs/ feeds lib/rounds and lib/study, and builds on data, noise and the ground of lib alone.';

export default tseslint.config(
  { ignores: ['node_modules/', 'data/', 'results/', 'kernels/', '**/*.mjs'] },
  js.configs.recommended,
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        [
          'require',
          'module',
          'process',
          'console',
          '__dirname',
          '__filename',
          'Buffer',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'clearTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/ban-ts-comment': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness comes from named streams: lib/random.ts.' },
      ],
      eqeqeq: 'error',
    },
  },
  // What a run is fed with is opened by name in few places; it knows nothing of the method above it.
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/index.ts', 'lib/rounds/**', 'lib/study/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '/(inputs|fine-tuning)/', message: inputsMessage }] }],
    },
  },
  {
    files: ['fine-tuning/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/lib/(strategies|rounds|study|index)',
              message: 'fine-tuning/ is a way to train the network of lib/model; lib/rounds chooses it by name.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['inputs/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/lib/(model|strategies|rounds|study|index)', message: inputsMessage }] },
      ],
    },
  },
);
