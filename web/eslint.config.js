import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import react from 'eslint-plugin-react';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const attributesPeopleRead = ['alt', 'aria-label', 'aria-description', 'title', 'label', 'placeholder', 'helperText', 'text', 'help'];

export default tseslint.config(
  { ignores: ['dist', '**/*.generated.ts', 'src/api/generated.ts'] },
  js.configs.recommended,
  { files: ['scripts/**', 'eslint.config.js'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      react.configs.flat.recommended,
      react.configs.flat['jsx-runtime'],
      reactHooks.configs.flat.recommended,
      jsxA11y.flatConfigs.strict,
    ],
    languageOptions: { globals: globals.browser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { react: { version: '19' } },
    rules: {
      'no-console': 'error',
      'react/prop-types': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, properties: false } }],
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'file', name: 'ApiProblem' }] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      'jsx-a11y/no-autofocus': 'off',
    },
  },
  {
    // Texts come from i18n/locales, never from code.
    files: ['src/**/*.tsx'],
    ignores: ['**/*.test.tsx', 'src/test/**'],
    rules: {
      'react/jsx-no-literals': [
        'error',
        { noStrings: true, ignoreProps: true, noAttributeStrings: false, allowedStrings: [' ', '·', ':', '/', '→', '…', '—', '-', '+', '×', '%', '$'] },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='color'] > Literal[value=/\\./]", message: 'MUI knows it as "textSecondary".' },
        ...attributesPeopleRead.map((name) => ({
          selector: `JSXAttribute[name.name='${name}'] > Literal[value=/\\p{L}/u]`,
          message: `A text people read: take "${name}" from i18next.`,
        })),
      ],
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'src/test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/unbound-method': 'off', 'react/display-name': 'off', '@typescript-eslint/prefer-promise-reject-errors': 'off' },
  },
);
