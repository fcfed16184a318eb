import type { Label, Language } from '../api/contract';
import { en, type Catalogue } from './en';
import { es } from './es';

const CATALOGUES: Record<Language, Catalogue> = { en, es };
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'es', name: 'Español' },
];
const PARAMETER = 'lang';

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'en' || value === 'es';
}

function initial(): Language {
  const asked = new URLSearchParams(location.search).get(PARAMETER);
  if (isLanguage(asked)) return asked;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

class LanguageStore {
  code = $state<Language>(initial());
  readonly t: Catalogue = $derived(CATALOGUES[this.code]);
  /** The browser's regional form of the language where it names one: es-MX writes dates its own way. */
  readonly locale: string = $derived(navigator.languages.find((tag) => tag.toLowerCase().startsWith(this.code)) ?? this.code);

  constructor() {
    document.documentElement.lang = this.code;
  }

  /** The address keeps the choice over a reload: a framed page has no storage for it. */
  choose(code: Language): void {
    this.code = code;
    document.documentElement.lang = code;
    const url = new URL(location.href);
    url.searchParams.set(PARAMETER, code);
    try {
      history.replaceState(history.state, '', url);
    } catch {
      // A frame without an origin of its own has its address from others and may not change it.
    }
  }

  label(label: Label): string {
    return label[this.code] || label[this.code === 'es' ? 'en' : 'es'];
  }
}

export const language = new LanguageStore();
