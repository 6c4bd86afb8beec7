import { type DashboardItem, isPanel } from "../../core/dashboard";

/** Grafana's grid is 24 columns wide. */
const gridWidth = 24;

/** In columns and rows of the grid. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Numbers stand two in a row, small ones four; rows, lists and logs take a whole one. */
function sizeOf(item: DashboardItem): Pick<Place, "w" | "h"> {
  if ("row" in item) return { w: gridWidth, h: 1 };
  if (!isPanel(item)) return { w: gridWidth, h: item.kind === "logs" ? 10 : 6 };
  if (item.kind === "table") return { w: gridWidth, h: 8 };
  return item.kind === "number" ? { w: gridWidth / 4, h: 4 } : { w: gridWidth / 2, h: 8 };
}

/** Where each item stands, in their order. */
export function placesOf(items: readonly DashboardItem[]): Place[] {
  let [x, y, height] = [0, 0, 0];
  return items.map((item) => {
    const { w, h } = sizeOf(item);
    // A line of panels is of one height, so that none hangs below another.
    if (x + w > gridWidth || (x > 0 && h !== height)) [x, y] = [0, y + height];
    height = h;
    const place = { x, y, w, h };
    x += w;
    return place;
  });
}
