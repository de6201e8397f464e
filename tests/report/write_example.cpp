// Writes the report of the example study into a folder, for browser_test.mjs.
#include "report/example_summary.h"
#include "terse/report/write.h"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  terse::report::write_all(terse::report::example_summary(), arguments[1]);
  return 0;
}
