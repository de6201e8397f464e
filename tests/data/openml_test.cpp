#include "terse/data/openml.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "data/input_error.h"
#include "data/replay_server.h"
#include "data/temporary_folder.h"
#include "terse/data/checksum.h"

namespace terse::data {
namespace {

namespace fs = std::filesystem;

const std::string arff =
    "@relation weather\n@attribute id integer\n@attribute temperature real\n"
    "@attribute humidity real\n@attribute station string\n@attribute rain real\n@data\n"
    "1,20,40,'a',0.5\n2,21,42,'b',1.5\n";

class Openml : public testing::Test {
 protected:
  void SetUp() override {
    setenv("no_proxy", "127.0.0.1", 1);
    options_.base_url = server_.url();
    options_.cache = folder_.path() / "cache";
    describe(nlohmann::json::object());
    server_.put("/data/v1/download/1/weather.arff", {200, arff, {}, ""});
  }

  // OpenML's description of data set 4711 with some fields changed (null: left out).
  void describe(const nlohmann::json& changes) {
    nlohmann::json fields = {{"id", "4711"},
                             {"name", "weather"},
                             {"version", "1"},
                             {"format", "ARFF"},
                             {"upload_date", "2014-04-06T23:19:24"},
                             {"licence", "Public"},
                             {"url", server_.url() + "/data/v1/download/1/weather.arff"},
                             {"file_id", "1"},
                             {"default_target_attribute", "rain"},
                             {"row_id_attribute", "id"},
                             {"ignore_attribute", {"station"}},
                             {"status", "active"},
                             {"md5_checksum", md5_hex(arff)}};
    fields.merge_patch(changes);
    answer(200, nlohmann::json{{"data_set_description", fields}}.dump());
  }
  void answer(int status, const std::string& body) {
    server_.put("/api/v1/json/data/4711", {status, body, {}, ""});
  }
  Frame read() { return read_openml("openml:4711", options_); }
  std::vector<std::string> cached() const {
    std::vector<std::string> names;
    if (!fs::exists(options_.cache)) return names;
    for (const auto& entry : fs::directory_iterator(options_.cache)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  TemporaryFolder folder_;
  ReplayServer server_;
  OpenmlOptions options_;
};

TEST_F(Openml, ReadsTheTableItDescribes) {
  const Frame frame = read();
  EXPECT_EQ(frame.source, "openml:4711");
  EXPECT_EQ(frame.rows, 2U);
  ASSERT_EQ(frame.columns.size(), 3U);
  EXPECT_EQ(frame.columns[0].name, "temperature");
  EXPECT_EQ(frame.columns[2].values, (std::vector<float>{0.5F, 1.5F}));
  EXPECT_EQ(frame.default_target, "rain");
  EXPECT_EQ(server_.requests(), (std::vector<std::string>{"/api/v1/json/data/4711",
                                                          "/data/v1/download/1/weather.arff"}));
  EXPECT_EQ(cached(), (std::vector<std::string>{"4711.arff", "4711.json"}));
}

TEST_F(Openml, TheSecondReadNeedsNoNetwork) {
  read();
  const std::size_t asked = server_.requests().size();
  EXPECT_EQ(read().columns[2].values, (std::vector<float>{0.5F, 1.5F}));
  EXPECT_EQ(read_openml("openml:04711", options_).rows, 2U);
  EXPECT_EQ(server_.requests().size(), asked);
}

TEST_F(Openml, ADamagedCacheIsFetchedAgain) {
  read();
  std::ofstream(options_.cache / "4711.arff", std::ios::app) << "3,22,43,'c',2.5\n";
  EXPECT_EQ(read().rows, 2U);
  EXPECT_EQ(server_.requests().back(), "/data/v1/download/1/weather.arff");
  fs::resize_file(options_.cache / "4711.json", 10);
  EXPECT_EQ(read().rows, 2U);
}

TEST_F(Openml, OtherFormsOfTheDescription) {
  describe({{"ignore_attribute", "station, humidity"},
            {"row_id_attribute", nullptr},
            {"md5_checksum",
             [] {
               std::string upper = md5_hex(arff);
               for (char& digit : upper) digit = static_cast<char>(std::toupper(digit));
               return upper;
             }()},
            {"default_target_attribute", nullptr}});
  const Frame frame = read();
  ASSERT_EQ(frame.columns.size(), 3U);
  EXPECT_EQ(frame.columns[0].name, "id");
  EXPECT_EQ(frame.default_target, "");
}

TEST_F(Openml, SeveralTargetsLeaveTheChoice) {
  describe({{"default_target_attribute", "rain,humidity"}});
  EXPECT_EQ(read().default_target, "");
}

TEST_F(Openml, AWrongChecksumKeepsNothing) {
  describe({{"md5_checksum", "00000000000000000000000000000000"}});
  const std::string message = job_error([&] { read(); });
  EXPECT_NE(message.find("weather.arff has the MD5 " + md5_hex(arff)), std::string::npos)
      << message;
  EXPECT_EQ(cached(), std::vector<std::string>{});
}

TEST_F(Openml, ErrorsOfTheServer) {
  answer(412, R"({"error":{"code":"111","message":"Unknown dataset"}})");
  EXPECT_EQ(input_error([&] { read(); }),
            "openml:4711: OpenML has no data set of this number; search https://www.openml.org for "
            "the right one");
  answer(412, R"({"error":{"code":"112","message":"No access granted"}})");
  EXPECT_NE(input_error([&] { read(); }).find("private or needs an account"), std::string::npos);
  answer(412, R"({"error":{"code":271,"message":"Odd"}})");
  EXPECT_EQ(job_error([&] { read(); }),
            "openml:4711: OpenML answered with HTTP status 412, error '271': 'Odd'");
  answer(503, "<html>busy</html>");
  EXPECT_EQ(job_error([&] { read(); }), "openml:4711: OpenML answered with HTTP status 503");
  EXPECT_EQ(cached(), std::vector<std::string>{});
}

TEST_F(Openml, DescriptionsOutOfShape) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{\"data_set", "is not JSON"},
      {"", "is not JSON"},
      {"[]", "has no data_set_description"},
      {R"({"data_set_description": 7})", "has no data_set_description"},
  };
  for (const auto& [body, problem] : cases) {
    answer(200, body);
    EXPECT_NE(job_error([&] { read(); }).find("openml:4711: OpenML's description " + problem),
              std::string::npos)
        << body;
  }
  describe({{"url", nullptr}});
  EXPECT_NE(job_error([&] { read(); }).find("has no url"), std::string::npos);
  describe({{"md5_checksum", 5}});
  EXPECT_NE(job_error([&] { read(); }).find("has no md5_checksum"), std::string::npos);
  describe({{"format", "Parquet"}});
  EXPECT_NE(input_error([&] { read(); }).find("its format is 'Parquet'"), std::string::npos);
  describe({{"url", "file:///etc/hostname"}});
  EXPECT_NE(input_error([&] { read(); }).find("is not an http or https address"),
            std::string::npos);
  EXPECT_EQ(cached(), std::vector<std::string>{});
}

TEST_F(Openml, TruncatedAndMissingFiles) {
  server_.put("/data/v1/download/1/weather.arff",
              {200, arff.substr(0, arff.size() / 2), arff.size(), ""});
  EXPECT_NE(job_error([&] { read(); }).find("weather.arff: cannot be fetched"), std::string::npos);
  server_.put("/data/v1/download/1/weather.arff", {404, "gone", {}, ""});
  EXPECT_EQ(job_error([&] { read(); }), "openml:4711: OpenML answered with HTTP status 404");
  options_.limits.bytes_max = 20;
  EXPECT_NE(job_error([&] { read(); }).find("larger than 20 bytes"), std::string::npos);
  EXPECT_EQ(cached(), std::vector<std::string>{});
}

TEST_F(Openml, NamesThatAreNoNumbers) {
  for (const char* bad : {"openml:", "openml:iris", "openml:-1", "openml:1.5", "openml:1/2",
                          "openml:../x", "openml:99999999999"}) {
    EXPECT_NE(input_error([&] { read_openml(bad, options_); }).find("is not the number"),
              std::string::npos)
        << bad;
  }
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Openml, CacheFolderFollowsTheXdgSpecification) {
  setenv("XDG_CACHE_HOME", "/x/cache", 1);
  EXPECT_EQ(openml_cache(), "/x/cache/terse/openml");
  setenv("XDG_CACHE_HOME", "relative", 1);
  setenv("HOME", "/x/home", 1);
  EXPECT_EQ(openml_cache(), "/x/home/.cache/terse/openml");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(openml_cache(), "/x/home/.cache/terse/openml");
  unsetenv("HOME");
  EXPECT_NE(job_error([] { openml_cache(); }).find("set XDG_CACHE_HOME or HOME"),
            std::string::npos);
}

TEST_F(Openml, ACacheThatCannotBeWritten) {
  options_.cache = fs::path(folder_.write("file", "x")) / "below";
  EXPECT_NE(job_error([&] { read(); }).find("cannot be written"), std::string::npos);
}

}  // namespace
}  // namespace terse::data
