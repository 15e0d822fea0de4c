// @ts-expect-error: the CommonJS build has no types
import * as built from 'react-custom-scrollbars-2/lib/index.js';

export const Scrollbars = built.Scrollbars ?? built.default.Scrollbars;
export default Scrollbars;
