import purgecss from '@fullhuman/postcss-purgecss';
import type { Plugin } from 'postcss';

/**
 * Keeps only those rules of the design system that our own markup names (964 KB become about 60).
 * It looks at that one stylesheet alone: our own and the components' scoped rules stay as they are.
 */
export function purgeSlds(): Plugin {
  const purge = purgecss({
    content: ['./*.html', './src/**/*.svelte', './src/**/*.ts'],
    // State classes are set from script under names that are put together there.
    safelist: [/^slds-(?:is|has)-/],
    variables: true,
  }) as Plugin;
  return {
    postcssPlugin: 'bitacora:purge-slds',
    async OnceExit(root, helpers) {
      if (!root.source?.input.file?.includes('salesforce-lightning-design-system')) return;
      await purge.OnceExit?.(root, helpers);
    },
  };
}
