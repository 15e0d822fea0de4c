// Puts the icons that @grafana/ui loads at run time where it looks for them (window.__grafana_public_path__).
import { cpSync } from 'node:fs';

cpSync('node_modules/@grafana/ui/dist/public/img', 'public/public/build/img', { recursive: true });
