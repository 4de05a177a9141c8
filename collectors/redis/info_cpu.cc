#include "collectors/redis/info_fields.h"

namespace sidewatch::redis {

namespace {

constexpr InfoMetric kRows[] = {
    {Counter("redis_cpu_sys_seconds_total", {}, "INFO used_cpu_sys", "System CPU of the server.")},
    {Counter("redis_cpu_user_seconds_total", {}, "INFO used_cpu_user", "User CPU of the server.")},
    {Counter("redis_cpu_sys_children_seconds_total",
             {},
             "INFO used_cpu_sys_children",
             "System CPU of the background processes.")},
    {Counter("redis_cpu_user_children_seconds_total",
             {},
             "INFO used_cpu_user_children",
             "User CPU of the background processes.")},
    {Counter("redis_cpu_sys_main_thread_seconds_total",
             {},
             "INFO used_cpu_sys_main_thread",
             "System CPU of the main thread.")},
    {Counter("redis_cpu_user_main_thread_seconds_total",
             {},
             "INFO used_cpu_user_main_thread",
             "User CPU of the main thread.")},
    {Counter("redis_active_time_main_thread_seconds_total",
             {},
             "INFO used_active_time_main_thread",
             "Seconds that the main thread was busy.")},
};
static_assert(RowsAreSound(kRows));

}  // namespace

std::span<const InfoMetric> CpuFields() {
  return kRows;
}

}  // namespace sidewatch::redis
