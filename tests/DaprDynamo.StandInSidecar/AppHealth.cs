namespace DaprDynamo.StandInSidecar;

/// <summary>Asks the application now and then whether it is well, when the sidecar is told to.</summary>
internal sealed class AppHealth(SidecarOptions options) : BackgroundService
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMilliseconds(500) };
    private volatile bool _isHealthy = options.AppHealthPath is null;

    internal bool IsHealthy => _isHealthy;

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (options.AppHealthPath is { } path)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(options.App, path), stoppingToken);
                failures = answer.IsSuccessStatusCode ? 0 : failures + 1;
            }
            catch (Exception failure) when (failure is HttpRequestException || !stoppingToken.IsCancellationRequested)
            {
                failures++;
            }

            _isHealthy = failures == 0 || (_isHealthy && failures < options.AppHealthThreshold);
            await Task.Delay(options.AppHealthInterval, stoppingToken);
        }
    }
}
