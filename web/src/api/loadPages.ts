interface ListPage<Row> {
  data: Row[];
  total_count: number;
}

const largestPage = 100;

/** Reads a list to its end, for what is done to all rows of a filter. */
export async function loadPages<Row>(load: (page: number, size: number) => Promise<ListPage<Row>>): Promise<Row[]> {
  const found: Row[] = [];
  for (let page = 1; ; ++page) {
    const { data, total_count: total } = await load(page, largestPage);
    found.push(...data);
    if (data.length === 0 || found.length >= total) return found;
  }
}
