import './styles/styles';
import { mount } from 'svelte';
import { language } from './lib/i18n/language.svelte';
import PanelPage from './panel/PanelPage.svelte';

const target = document.getElementById('panel');
if (target) mount(PanelPage, { target });
document.documentElement.lang = language.code;
