// What tsconfig.json puts in the place of packages whose types the schema doesn't need.
export {};
