#include "terse/serve/web/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace terse::serve::web {
namespace {

std::string file(const std::string& name) {
  std::ifstream stream(std::string(TERSE_SOURCE_DIR "/src/terse/serve/web/") + name);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(Page, IsItsThreeFilesInOne) {
  const std::string html = file("page.html");
  const std::string css_place = "{{page.css}}";
  const std::string js_place = "{{page.js}}";
  const std::size_t css_at = html.find(css_place);
  const std::size_t js_at = html.find(js_place);
  ASSERT_LT(css_at, js_at);
  ASSERT_NE(js_at, std::string::npos);
  const std::size_t css_end = css_at + css_place.size();
  EXPECT_EQ(page(), html.substr(0, css_at) + file("page.css") +
                        html.substr(css_end, js_at - css_end) + file("page.js") +
                        html.substr(js_at + js_place.size()));
  EXPECT_GT(file("page.css").size(), 1000U);
  EXPECT_GT(file("page.js").size(), 1000U);
}

}  // namespace
}  // namespace terse::serve::web
