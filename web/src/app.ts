import './styles/styles';
import { mount } from 'svelte';
import AppPage from './app/AppPage.svelte';
import { cameBack, handOver } from './app/crm/consent';

const target = document.getElementById('app');
// A window that an admin consented in goes away by itself: it must not be one more panel of theirs.
const became = cameBack(location.hash);
if (became !== null) await handOver(became);
if (target) mount(AppPage, { target });
