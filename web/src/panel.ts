import './styles/styles';
import { mount } from 'svelte';
import PanelPage from './panel/PanelPage.svelte';

const target = document.getElementById('panel');
if (target) mount(PanelPage, { target });
