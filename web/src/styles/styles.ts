// The design system first: what comes after it is meant to win. Each file is a module of its own, so that
// the build purges this one alone.
import '@salesforce-ux/design-system/assets/styles/salesforce-lightning-design-system.min.css';
import './base.css';
