#include "terse/serve/web/page.h"

#include <string>

#include "terse/base/error.h"
#include "terse/serve/web/assets.h"

namespace terse::serve::web {
namespace {

void put(std::string& page, std::string_view place, std::string_view content) {
  const std::size_t at = page.find(place);
  TERSE_CHECK(at != std::string::npos);
  page.replace(at, place.size(), content);
}

std::string whole_page() {
  std::string page(assets::page_html());
  put(page, "{{page.css}}", assets::page_css());
  put(page, "{{chart.js}}", assets::chart_js());
  put(page, "{{page.js}}", assets::page_js());
  return page;
}

}  // namespace

std::string_view page() {
  static const std::string whole = whole_page();
  return whole;
}

}  // namespace terse::serve::web
