import './styles/styles';
import { mount } from 'svelte';
import AppPage from './app/AppPage.svelte';

const target = document.getElementById('app');
if (target) mount(AppPage, { target });
