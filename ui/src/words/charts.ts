/** Words of charts, tables and downloads. */
import { both } from "./both";

export const charts = both({
  en: {},
  ru: {},
});
