// cpp-httplib with a handler that only says yes: what the server is measured against.
//   http_alone PORT
#include <httplib.h>

#include <cstdlib>

int main(int count, char** values) {
  if (count < 2) return 2;
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  server.new_task_queue = [] { return std::make_unique<httplib::ThreadPool>(128).release(); };
  server.Post(".*", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{}", "application/json");
  });
  server.listen("127.0.0.1", std::atoi(values[1]));
}
