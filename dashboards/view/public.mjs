// Puts the icons and fonts that @grafana/ui loads at run time where it looks for them (window.__grafana_public_path__).
import { cpSync, readFileSync, writeFileSync } from 'node:fs';

cpSync('node_modules/@grafana/ui/dist/public/img', 'public/public/build/img', { recursive: true });
for (const [weight, name] of [[400, 'Regular'], [500, 'Medium']]) {
  cpSync(`node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff2`, `public/public/fonts/inter/Inter-${name}.woff2`);
}

// One that it asks for, and that is not published: the mirror image of another.
const icons = 'public/public/build/img/icons/unicons';
const right = readFileSync(`${icons}/angle-double-right.svg`, 'utf8');
writeFileSync(`${icons}/angle-double-left.svg`, right.replace('<path', '<path transform="matrix(-1 0 0 1 24 0)"'));
